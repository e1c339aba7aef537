/** Somebody with an account. `plan` is how they buy: now and then, or on a supply plan for cafés and restaurants. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly plan: 'free' | 'growth' | 'enterprise';
  readonly country: string;
  readonly role: 'customer' | 'staff';
  /** The id of the company they buy for. */
  readonly company?: string;
}

export interface Company {
  readonly id: string;
  readonly name: string;
  readonly employees: number;
}

const companies: readonly Company[] = [
  { id: 'brasserie-nord', name: 'Brasserie Nord', employees: 64 },
  { id: 'corner-cup', name: 'Corner Cup', employees: 6 },
  { id: 'meridian', name: 'Meridian Hotels', employees: 420 },
];

/** The people to log in as, each with what makes them interesting. */
export const demoUsers: readonly (User & { readonly about: string })[] = [
  {
    id: 1,
    name: 'Ada',
    email: 'ada@saltmarsh.example',
    plan: 'free',
    country: 'GB',
    role: 'staff',
    about: 'Staff. Sees unfinished things, and the dashboard that controls the flags.',
  },
  {
    id: 42,
    name: 'Grace',
    email: 'grace@cornercup.example',
    plan: 'growth',
    country: 'US',
    role: 'customer',
    company: 'corner-cup',
    about: 'Owns a café on the growth plan. User 42 is listed for the one-page checkout.',
  },
  {
    id: 8,
    name: 'Hedy',
    email: 'hedy@hatstand.example',
    plan: 'growth',
    country: 'IE',
    role: 'customer',
    about: 'Also on the growth plan, and in the quarter of it that can buy six at once.',
  },
  {
    id: 7,
    name: 'Linus',
    email: 'linus@brasserienord.example',
    plan: 'enterprise',
    country: 'FI',
    role: 'customer',
    company: 'brasserie-nord',
    about: 'Buys for Brasserie Nord, a company of 64: trade prices.',
  },
  {
    id: 11,
    name: 'Katherine',
    email: 'katherine@meridian.example',
    plan: 'enterprise',
    country: 'GB',
    role: 'customer',
    company: 'meridian',
    about: 'Buys for Meridian Hotels, a company of 420: a potter of her own, too.',
  },
  {
    id: 100,
    name: 'Joan',
    email: 'joan@post.example',
    plan: 'free',
    country: 'GB',
    role: 'customer',
    about: 'Buys a mug now and then. Gets what everybody gets.',
  },
];

const users: User[] = [...demoUsers];

export function findUser(id: number | undefined): User | undefined {
  return users.find((user) => user.id === id);
}

export function findCompany(id: string | undefined): Company | undefined {
  return companies.find((company) => company.id === id);
}

/** The account with this e-mail address; there are no passwords here, so a new address is a new customer. */
export function userByEmail(given: string): User {
  const email = given.trim().toLowerCase();
  const known = users.find((user) => user.email === email);
  if (known) return known;
  const [name = email] = email.split('@');
  const user: User = { id: 1000 + users.length, name, email, plan: 'free', country: 'GB', role: 'customer' };
  users.push(user);
  return user;
}
