import { GatekeeperError } from '../errors';
import type { Gatekeeper } from '../gatekeeper';

/** What Handlebars hands a helper after the template's own arguments. */
interface HelperOptions {
  readonly data?: { readonly root?: { readonly gk?: Gatekeeper<any> } };
}

/** A helper that answers by the page's `gk`, for a template that gives it `count` arguments. */
function helper<T>(name: string, count: number, answer: (gk: Gatekeeper<any>, ...args: string[]) => T) {
  return (...given: unknown[]): T => {
    const args = given.slice(0, -1) as string[];
    const gk = (given.at(-1) as HelperOptions | undefined)?.data?.root?.gk;
    if (args.length !== count)
      throw new GatekeeperError(
        'field-invalid',
        `the helper ${name} takes ${count} argument(s), and was given ${args.length}`,
      );
    if (gk) return answer(gk, ...args);
    throw new GatekeeperError(
      'not-mounted',
      `the helper ${name} finds no gk; it needs app.use(gatekeeper(config)) before`,
    );
  };
}

/**
 * Helpers for Handlebars, which calls no methods: `Handlebars.registerHelper(handlebarsHelpers)`, and then
 * `{{#if (ff 'CHECKOUT' 'ONE_PAGE')}}`, `{{ffVariant 'CHECKOUT'}}`, `{{#with (payload 'BANNER')}}`.
 */
export const handlebarsHelpers = {
  ff: helper('ff', 2, (gk, flag, variant) => gk.ff(flag!, variant!)),
  ffVariant: helper('ffVariant', 1, (gk, flag) => gk.ffVariant(flag!)),
  payload: helper('payload', 1, (gk, flag) => gk.payload(flag!)),
};
