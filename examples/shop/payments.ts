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
  const digits = card.replace(/\D/g, '');
  if (process.env.SHOP_CARDS === 'down')
    throw new CardError('The card provider does not answer. You were not charged.');
  if (!/^\d{13,19}$/.test(digits)) throw new CardError('That does not look like a card number.');
  if (digits.endsWith('0002')) throw new CardError('The card was declined. Please try another one.');
  return { reference: `ch_${pence.toString(36)}${Date.now().toString(36)}`, lastDigits: digits.slice(-4) };
};
