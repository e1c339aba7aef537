/** What it costs to do it by hand: a look-up in a Map and a call. */
exports.title = 'by hand';

exports.start = (flags) => {
  const rules = rulesOf(flags);
  return {
    for: (user) => ({ user }),
    on: (bound, flag) => rules.get(flag)(bound.user),
    variant: (bound, flag) => rules.get(flag)(bound.user),
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

function ruleOf({ name, ids, coded, percent, where, arms }) {
  if (coded) return (user) => user.plan === 'growth';
  if (arms) return armOf(name, Object.entries(arms));
  if (where || percent !== undefined) return partOf(name, percent ?? 100, where);
  if (!ids) return () => true;
  const listed = new Set(ids);
  return (user) => listed.has(user.id);
}

function partOf(name, percent, where) {
  const salt = hash(name, 1);
  const countries = new Set(where?.countries);
  return ({ id, plan, country }) =>
    (!where || (plan === where.plan && countries.has(country))) && (percent === 100 || draw(id, salt) * 100 < percent);
}

/** The arm with the least -ln(u) / weight, as adding an arm then moves only whom it must. */
function armOf(name, arms) {
  const salted = arms.map(([arm, weight]) => ({ arm, weight, salt: hash(`${name} ${arm}`, 1) }));
  return ({ id }) => {
    let [chosen, least] = [undefined, Infinity];
    for (const { arm, weight, salt } of salted) {
      const score = -Math.log(draw(id, salt)) / weight;
      if (score < least) [chosen, least] = [arm, score];
    }
    return chosen;
  };
}

function draw(id, salt) {
  return hash(id, salt) / 2 ** 32;
}

/** MurmurHash3, 32 bits, for ASCII. */
function hash(text, seed) {
  let h = seed;
  for (let i = 0; i < text.length; i += 4) {
    let block = 0;
    for (let j = Math.min(i + 4, text.length) - 1; j >= i; j--) block = (block << 8) | text.charCodeAt(j);
    block = Math.imul(block, 0xcc9e2d51);
    h ^= Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    if (i + 4 <= text.length) h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
  }
  h ^= text.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
