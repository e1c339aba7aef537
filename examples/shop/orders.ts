import type { Request } from 'express';
import { deliveries, type Details } from './order-form';
import { askBank, type Charge } from './payments';
import { findProduct, type Product } from './products';

/** One product in a basket, at the price that this visitor pays. */
export interface Line {
  readonly product: Product;
  readonly quantity: number;
  readonly pence: number;
}

/** A basket, priced. */
export interface Bill {
  readonly lines: readonly Line[];
  readonly goods: number;
  readonly delivery: number;
  readonly gift: number;
  readonly total: number;
}

export interface Order {
  readonly id: string;
  readonly bill: Bill;
  readonly details: Partial<Details>;
  /** How it is paid, in words. */
  readonly payment: string;
}

const FREE_DELIVERY_FROM = 6000;
const orders = new Map<string, Order>();

export function findOrder(id: unknown): Order | undefined {
  return typeof id === 'string' ? orders.get(id) : undefined;
}

/** What this visitor pays for one of these, in pence. */
export function priceOf({ pence }: Product, gk: Request['gk']): number {
  const { percentOff = 0 } = gk.payload('TRADE_PRICES') ?? {};
  return Math.round((pence * (100 - percentOff)) / 100);
}

/** What a delivery of goods worth so much costs, in pence. */
export function deliveryCosts(delivery: string, goods: number): number {
  if (delivery === 'post' && goods >= FREE_DELIVERY_FROM) return 0;
  return deliveries.find(({ id }) => id === delivery)?.pence ?? 0;
}

/** The visitor's basket, with what its delivery and wrapping cost. */
export function billFor({ session, gk }: Request, { delivery = 'post', gift }: Partial<Details> = {}): Bill {
  const lines = [...session.basket].flatMap(([slug, quantity]): Line[] => {
    const product = findProduct(slug);
    return product ? [{ product, quantity, pence: priceOf(product, gk) * quantity }] : [];
  });
  const goods = lines.reduce((sum, { pence }) => sum + pence, 0);
  const costs = deliveryCosts(delivery, goods);
  const wrapping = gift ? (gk.payload('GIFT_WRAP')?.pence ?? 0) : 0;
  return { lines, goods, delivery: costs, gift: wrapping, total: goods + costs + wrapping };
}

/**
 * Takes the money and keeps the order. While PAYMENTS is killed, the card provider is never called.
 * Rejects with a `CardError` where the card cannot be charged.
 */
async function placeOrder(req: Request, card: string, charge: Charge): Promise<Order> {
  const { details } = req.session;
  const bill = billFor(req, details);
  let payment = details.pay === 'invoice' ? 'By invoice, within 14 days' : 'On delivery, in cash or by card';
  if (req.gk.ff('PAYMENTS', 'ON')) {
    if (req.gk.ff('CARD_CHECK', 'BANK')) await askBank(card, bill.total);
    const { lastDigits, reference } = await charge(card, bill.total);
    payment = `By card ending in ${lastDigits} (${reference})`;
  }
  const order: Order = { id: `SM-${1001 + orders.size}`, bill, details, payment };
  orders.set(order.id, order);
  req.gk.track('order');
  req.gk.track('revenue', { value: bill.total / 100 });
  req.session.orders.add(order.id);
  req.session.basket.clear();
  req.session.details = { ...details, gift: '', note: '', pay: '' };
  return order;
}

/** `placeOrder`, once for each form: who clicks twice is charged once, and whose card was declined can try again. */
export function placeOnce(form: string, req: Request, card: string, charge: Charge): Promise<Order> {
  const { placed } = req.session;
  const placing = placeOrder(req, card, charge);
  placed.set(form, placing);
  placing.catch(() => placed.delete(form));
  return placing;
}
