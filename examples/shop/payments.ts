/** A charge that went through, at the card provider. */
export interface Receipt {
  readonly reference: string;
  readonly lastDigits: string;
}

/** Why a card could not be charged, in words for the customer. */
export class CardError extends Error {}

/** Takes `pence` from a card, or rejects with a `CardError`. */
export type Charge = (card: string, pence: number) => Promise<Receipt>;

/** Stands in for the card provider. SHOP_CARDS=down is a bad day there; the card ending in 0002 is always declined. */
export const demoCharge: Charge = async (card, pence) => {
  const digits = digitsOf(card);
  if (process.env.SHOP_CARDS === 'down')
    throw new CardError('The card provider does not answer. You were not charged.');
  if (!/^\d{13,19}$/.test(digits)) throw new CardError('That does not look like a card number.');
  if (digits.endsWith('0002')) throw new CardError('The card was declined. Please try another one.');
  return { reference: `ch_${pence.toString(36)}${Date.now().toString(36)}`, lastDigits: digits.slice(-4) };
};

/** Asks the bank, before it is charged, whether it would pay; rejects with a `CardError` where it would not. */
export async function askBank(card: string, pence: number): Promise<void> {
  const bank = banks.find(({ ending }) => digitsOf(card).endsWith(ending))!;
  // The mistake that `npm run demo:traffic` finds: one bank names no limit.
  if (pence > bank.limit!.pence) throw new CardError('Your bank would not pay so much at once.');
}

const banks: readonly { readonly ending: string; readonly limit?: { readonly pence: number } }[] = [
  { ending: '0500' },
  { ending: '', limit: { pence: 500_000 } },
];

function digitsOf(card: string): string {
  return card.replace(/\D/g, '');
}
