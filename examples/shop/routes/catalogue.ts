import { Router } from 'express';
import { findProduct, products } from '../products';

/** The shelf and the pots on it. */
export function catalogue(): Router {
  const router = Router();

  router.get('/', (_req, res) => {
    res.render('home', { products });
  });

  router.get('/pots/:slug', (req, res, next) => {
    const product = findProduct(req.params.slug);
    if (!product) return next();
    const at = products.indexOf(product);
    const others = [1, 2, 3].map((step) => products[(at + step) % products.length]);
    res.render('product', { product, others, wished: req.session.wishlist.has(product.slug) });
  });

  return router;
}
