import { Router } from 'express';
import { billFor } from '../orders';
import { findProduct } from '../products';

const MOST = 12;

/** The basket. */
export function basket(): Router {
  const router = Router();

  router.get('/basket', (req, res) => {
    res.render('basket', { bill: billFor(req), most: MOST });
  });

  router.post('/basket', (req, res) => {
    const product = findProduct(req.body?.slug);
    if (!product) return res.redirect(303, '/basket');
    const { basket } = req.session;
    basket.set(product.slug, Math.min(MOST, (basket.get(product.slug) ?? 0) + quantityIn(req.body)));
    req.session.message = `${product.name} is in your basket.`;
    res.redirect(303, '/basket');
  });

  router.post('/basket/:slug', (req, res) => {
    const { basket } = req.session;
    const quantity = quantityIn(req.body);
    if (basket.has(req.params.slug)) basket.set(req.params.slug, quantity);
    res.redirect(303, '/basket');
  });

  router.post('/basket/:slug/remove', (req, res) => {
    req.session.basket.delete(req.params.slug);
    res.redirect(303, '/basket');
  });

  return router;
}

function quantityIn(body: { quantity?: unknown } | undefined): number {
  const quantity = Number(body?.quantity ?? 1);
  return Number.isInteger(quantity) ? Math.max(1, Math.min(MOST, quantity)) : 1;
}
