/** What the checkout asks for, as it stands in its form. */
export interface Details {
  readonly name: string;
  readonly email: string;
  readonly street: string;
  readonly city: string;
  readonly postcode: string;
  readonly country: string;
  readonly delivery: string;
  /** How it is paid: `card`, or while cards are switched off `on-delivery` or `invoice`. */
  readonly pay: string;
  readonly gift: string;
  readonly note: string;
}

export const countries: readonly { readonly code: string; readonly name: string }[] = [
  { code: 'GB', name: 'United Kingdom' },
  { code: 'IE', name: 'Ireland' },
  { code: 'FI', name: 'Finland' },
  { code: 'US', name: 'United States' },
];

export const deliveries = [
  { id: 'post', name: 'By post', about: 'Packed in straw, two to four days', pence: 495 },
  { id: 'courier', name: 'By courier', about: 'Tomorrow before noon', pence: 1200 },
  { id: 'collect', name: 'I collect it', about: 'From the boathouse, Thursday to Sunday', pence: 0 },
] as const;

export type Errors = { readonly [F in keyof Details]?: string };

const parts = {
  address: {
    name: (text) => text !== '' || 'Who is it for?',
    email: (text) => /^\S+@\S+\.\S+$/.test(text) || 'We need an e-mail address for the confirmation.',
    street: (text) => text !== '' || 'Which street and number?',
    city: (text) => text !== '' || 'Which town?',
    postcode: (text) => text !== '' || 'We need a postcode.',
    country: (text) => countries.some(({ code }) => code === text) || 'We do not post there yet.',
  },
  delivery: {
    delivery: (text) => deliveries.some(({ id }) => id === text) || 'Choose how it gets to you.',
  },
  payment: {},
} satisfies { readonly [part: string]: { readonly [F in keyof Details]?: (text: string) => true | string } };

/** The parts of the form, in the order of the three steps. */
export type Part = keyof typeof parts;
export const partNames = Object.keys(parts) as readonly Part[];

// prettier-ignore
const FIELDS: readonly string[] = [
  'name', 'email', 'street', 'city', 'postcode', 'country', 'delivery', 'pay', 'gift', 'note',
] satisfies readonly (keyof Details)[];

/** The known fields of a posted form, as trimmed text of sensible length. */
export function readDetails(body: unknown): Partial<Details> {
  const form = Object.entries((body ?? {}) as object).filter(([field]) => FIELDS.includes(field));
  return Object.fromEntries(form.map(([field, value]) => [field, String(value).trim().slice(0, 500)]));
}

/** What is missing or wrong in these parts of the form, by field. */
export function mistakes(details: Partial<Details>, ...checked: readonly Part[]): Errors {
  const found: { [field: string]: string } = {};
  for (const part of checked)
    for (const [field, check] of Object.entries<(text: string) => true | string>(parts[part])) {
      const result = check(details[field as keyof Details] ?? '');
      if (result !== true) found[field] = result;
    }
  return found;
}
