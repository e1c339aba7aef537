import type { Gatekeeper } from '../gatekeeper';

interface HelperOptions {
  readonly data?: { readonly root?: { readonly gk?: Gatekeeper<any> } };
}

function root(options: HelperOptions): Gatekeeper<any> | undefined {
  return options.data?.root?.gk;
}

/**
 * Helpers for Handlebars, which calls no methods: `Handlebars.registerHelper(handlebarsHelpers)`, and then
 * `{{#if (ff 'CHECKOUT' 'ONE_PAGE')}}`, `{{ffVariant 'CHECKOUT'}}`, `{{#with (payload 'BANNER')}}`.
 */
export const handlebarsHelpers = {
  ff: (flag: string, variant: string, options: HelperOptions): boolean => root(options)?.ff(flag, variant) ?? false,
  ffVariant: (flag: string, options: HelperOptions): string | undefined => root(options)?.ffVariant(flag),
  payload: (flag: string, options: HelperOptions): unknown => root(options)?.payload(flag),
};
