import { Router } from 'express';
import { requireVariant } from 'gatekeeper-flags/express';
import { findProduct, products } from '../products';

/** The wishlist: for whoever does not get it, these routes do not exist. */
export function wishlist(): Router {
  const router = Router();
  // Past this router nothing answers here, so that the shop's own 404 page does.
  router.use('/wishlist', requireVariant('WISHLIST', 'VISIBLE', { otherwise: (_req, _res, next) => next('router') }));

  router.get('/wishlist', (req, res) => {
    res.render('wishlist', { wished: products.filter(({ slug }) => req.session.wishlist.has(slug)) });
  });

  router.post('/wishlist', (req, res) => {
    const product = findProduct(req.body?.slug);
    if (!product) return res.redirect(303, '/wishlist');
    const { wishlist } = req.session;
    if (!wishlist.delete(product.slug)) wishlist.add(product.slug);
    res.redirect(303, `/pots/${product.slug}`);
  });

  return router;
}
