/** What it costs to do it by hand: a look-up in a Map and a call. */
exports.title = 'by hand';

exports.start = (flags) => {
  const rules = rulesOf(flags);
  return {
    for: (user) => ({ user }),
    on: (bound, flag) => rules.get(flag)(bound.user),
    all({ user }) {
      const all = Object.create(null);
      for (const [flag, rule] of rules) all[flag] = rule(user);
      return all;
    },
  };
};

/** A middleware of one's own: one answer a request, in templates too, and a cookie that overrides. */
exports.express = (flags) => {
  const rules = rulesOf(flags);
  return {
    middleware(req, res, next) {
      req.flags = res.locals.flags = new Answers(rules, req);
      next();
    },
    on: (req, flag) => req.flags.on(flag),
  };
};

class Answers {
  constructor(rules, req) {
    this.rules = rules;
    this.req = req;
    this.known = undefined;
  }

  on(flag) {
    const known = (this.known ??= overridesOf(this.req.headers.cookie));
    let answer = known.get(flag);
    if (answer === undefined) known.set(flag, (answer = this.rules.get(flag)(this.req.user)));
    return answer;
  }
}

function overridesOf(cookies) {
  const found = cookies && /(?:^|; )flags=([^;]*)/.exec(cookies);
  return new Map(found ? Object.entries(JSON.parse(decodeURIComponent(found[1]))) : []);
}

function rulesOf(flags) {
  return new Map(flags.map((flag) => [flag.name, ruleOf(flag)]));
}

function ruleOf({ ids, coded }) {
  if (coded) return (user) => user.plan === 'growth';
  if (!ids) return () => true;
  const listed = new Set(ids);
  return (user) => listed.has(user.id);
}
