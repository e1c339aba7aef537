export interface User {
  readonly id: string;
  readonly email: string;
  readonly plan: 'free' | 'growth' | 'enterprise';
  readonly country?: string;
}

export interface Company {
  readonly id: string;
  readonly employees: number;
}

/** Stands in for your database: a few users, each with their company. */
export const people: { readonly [id: string]: { readonly user: User; readonly company?: Company } | undefined } = {
  ada: {
    user: { id: 'ada', email: 'ada@engines.example', plan: 'enterprise', country: 'US' },
    company: { id: 'engines', employees: 250 },
  },
  bob: {
    user: { id: 'bob', email: 'bob@cups.example', plan: 'growth', country: 'DE' },
    company: { id: 'cups', employees: 100 },
  },
  bea: {
    user: { id: 'bea', email: 'bea@cups.example', plan: 'growth', country: 'GB' },
    company: { id: 'cups', employees: 100 },
  },
  cem: { user: { id: 'cem', email: 'cem@shop.example', plan: 'free', country: 'CA' } },
  dan: { user: { id: 'dan', email: 'dan@home.example', plan: 'free' } },
};
