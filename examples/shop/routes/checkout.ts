import { randomUUID } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import { billFor, deliveryCosts, findOrder, placeOnce, type Order } from '../orders';
import { countries, deliveries, mistakes, partNames, readDetails, type Errors, type Part } from '../order-form';
import { CardError, type Charge } from '../payments';

/** The checkout: on one page, or in three steps. */
export function checkout(charge: Charge): Router {
  const router = Router();

  router.get('/checkout', (req, res) => {
    if (req.session.basket.size === 0) return res.redirect('/basket');
    show(req, res, reachable(req, req.query.step));
  });

  router.post('/checkout', async (req, res) => {
    const form = String(req.body?.form ?? randomUUID());
    const earlier = req.session.placed.get(form);
    if (earlier) return goToOrder(earlier, req, res);
    if (req.session.basket.size === 0) return res.redirect(303, '/basket');
    const onePage = req.gk.ff('ONE_PAGE_CHECKOUT', 'ONE_PAGE');
    const step = reachable(req, req.body?.step);
    // A checkbox that is not ticked is not sent.
    req.session.details = { ...req.session.details, gift: '', ...readDetails(req.body) };
    if (req.body?.update) return res.redirect(303, '/checkout');
    const errors = mistakes(req.session.details, ...(onePage ? partNames : [step]));
    if (Object.keys(errors).length > 0) return show(req, res, step, errors);
    if (!onePage && step !== 'payment')
      return res.redirect(303, `/checkout?step=${partNames[partNames.indexOf(step) + 1]}`);

    // The form may be older than a kill: then it asks for a card that nobody will charge.
    const { pay } = req.session.details;
    if (!req.gk.ff('PAYMENTS', 'ON') && pay !== 'invoice' && pay !== 'on-delivery')
      return show(req, res, step, { pay: 'Please choose how you would like to pay.' });
    await goToOrder(placeOnce(form, req, String(req.body?.card ?? ''), charge), req, res);
  });

  router.get('/orders/:id', (req, res, next) => {
    const order = req.session.orders.has(req.params.id) ? findOrder(req.params.id) : undefined;
    if (!order) return next();
    res.render('order', { order, countries, deliveries });
  });

  return router;
}

async function goToOrder(placing: Promise<Order>, req: Request, res: Response): Promise<void> {
  try {
    res.redirect(303, `/orders/${(await placing).id}`);
  } catch (error) {
    if (!(error instanceof CardError)) throw error;
    show(req, res, reachable(req, req.body?.step), { pay: error.message });
  }
}

/** The step asked for, or the first one before it that is not done. */
function reachable(req: Request, asked: unknown): Part {
  const wanted = Math.max(0, partNames.indexOf(asked as Part));
  const undone = partNames.findIndex((part) => Object.keys(mistakes(req.session.details, part)).length > 0);
  return partNames[undone === -1 ? wanted : Math.min(undone, wanted)]!;
}

function show(req: Request, res: Response, step: Part, errors: Errors = {}): void {
  const { user, session } = req;
  const details = { name: user?.name, email: user?.email, country: user?.country ?? 'GB', ...session.details };
  const page = req.gk.ff('ONE_PAGE_CHECKOUT', 'ONE_PAGE') ? 'checkout-one-page' : 'checkout-steps';
  const status = Object.keys(errors).length > 0 ? 422 : 200;
  const bill = billFor(req, details);
  const priced = deliveries.map((delivery) => ({ ...delivery, pence: deliveryCosts(delivery.id, bill.goods) }));
  const form = randomUUID();
  const locals = { form, step, steps: partNames, details, errors, bill, countries, deliveries: priced };
  res.status(status).render(page, locals);
}
