import { FeatureFlag, P, segment, type Rule } from 'gatekeeper-flags';

enum State {
  ON = 'ON',
  OFF = 'OFF',
}

abstract class Feature extends FeatureFlag<State> {
  readonly variants = State;
  readonly off = State.OFF;
}

// A cohort is named once, and used by as many flags as you like: a list of ids, or a pattern.
const betaTesters = segment('beta testers', ['ada', 'dan']);
const staff = segment('staff', { user: { email: P.string.endsWith('@shop.example') } });

/** A property of the user. */
class SalesTax extends Feature {
  readonly description = 'Prices with sales tax';
  override readonly rules: Rule<State>[] = [
    { name: 'North America', when: { user: { country: P.union('US', 'CA') } }, serve: 'ON' },
  ];
}

/** A cohort, and another: the first rule that matches serves. */
class NewMenu extends Feature {
  readonly description = 'The new menu';
  override readonly rules: Rule<State>[] = [
    { name: 'beta testers', when: betaTesters, serve: 'ON' },
    { name: 'staff', when: staff, serve: 'ON' },
  ];
}

/** Something about the user's company. */
class AuditLog extends Feature {
  readonly description = 'A log of who changed what';
  override readonly rules: Rule<State>[] = [
    { name: 'big companies', when: { groups: { company: { employees: P.number.gt(100) } } }, serve: 'ON' },
  ];
}

/** 100 % of enterprise + 10 % of growth. */
class Assistant extends Feature {
  readonly description = 'An assistant that answers questions';
  override readonly rules: Rule<State>[] = [
    { name: 'enterprise', when: { user: { plan: 'enterprise' } }, serve: 'ON' },
    { name: 'growth', when: { user: { plan: 'growth' } }, rollout: 10, serve: 'ON' },
  ];
}

/** Everybody but some. `except` leaves in whoever has no country, which is where a "not" in a pattern goes wrong. */
class Survey extends Feature {
  readonly description = 'A survey about what to build next';
  override readonly rules: Rule<State>[] = [
    { name: 'customers outside Germany', except: [staff, { user: { country: 'DE' } }], serve: 'ON' },
  ];
}

export const flags = {
  SALES_TAX: new SalesTax(),
  NEW_MENU: new NewMenu(),
  AUDIT_LOG: new AuditLog(),
  ASSISTANT: new Assistant(),
  SURVEY: new Survey(),
};
