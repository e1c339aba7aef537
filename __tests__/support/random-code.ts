import fc from 'fast-check';
import ejs from 'ejs';
import { foldText } from '../../src/cli/code/fold-text';

// Random code around checks of a flag F does the same before, with the flag pinned, and after.

const leaf = fc.constantFrom(
  'a',
  'b',
  'p.q',
  '1',
  "'A'",
  'true',
  'false',
  'null',
  "e('x', 1)",
  "e('y', 0)",
  "e('z', a)",
);
const check = fc.constantFrom(
  "gk.ff('F', 'A')",
  "gk.ff('F', 'B')",
  "req.gk.ff('F', 'C')",
  "gk.ffVariant('F')",
  "gk.ffVariant('F') === 'A'",
  "'B' !== gk.ffVariant('F')",
  "gk.payload('F')?.n",
  "(gk.payload('F') ?? b)",
  "['A', 'B'].includes(gk.ffVariant('F'))",
  "make('m').ff('F', 'A')",
  'held',
  'variant',
  'data',
  'data?.n',
  'loose',
);

const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie('expression');
  const pair = fc.tuple(inner, inner);
  return {
    expression: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      leaf,
      check,
      check,
      pair.map(([x, y]) => `(${x} && ${y})`),
      pair.map(([x, y]) => `(${x} || ${y})`),
      pair.map(([x, y]) => `((${x}) ?? (${y}))`),
      fc.tuple(check, inner).map(([x, y]) => `(${x} && ${y})`),
      inner.map((x) => `!${/^[\w(!']/.test(x) && !/[?=|&:]/.test(x) ? x : `(${x})`}`),
      fc.tuple(inner, inner, inner).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
      fc.tuple(inner, inner, inner).map(([x, y, z]) => `e('t', (${x}) ? ${y} : ${z})`),
      inner.map((x) => `e('c', ${x})`),
      inner.map((x) => `\`<\${${x}}>\``),
      pair.map(([x, y]) => `(${x}) === (${y})`).map((x) => `(${x})`),
      inner.map((x) => `{ k: ${x} }.k`).map((x) => `(${x})`),
      inner.map((x) => `(() => ${x.startsWith('{') ? `(${x})` : x})()`),
      pair.map(([x, y]) => `match(gk.ffVariant('F')).with('A', () => ${x}).otherwise((v) => [v, ${y}].length)`),
    ),
  };
});

const { block } = fc.letrec<{ statement: string; block: string }>((tie) => {
  const some = tie('block');
  return {
    block: fc
      .array(tie('statement'), { minLength: 1, maxLength: 4 })
      .map((all) => `{\n${all.join('\n').replace(/^/gm, '  ')}\n}`),
    statement: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      expression.map((x) => `e('s', ${x});`),
      expression.map((x) => `void ${/^[\w(!]/.test(x) ? `(${x})` : `(${x})`};`),
      fc.tuple(check, expression).map(([x, y]) => `(${x}) && e('and', ${y});`),
      fc.tuple(expression, some).map(([x, y]) => `if (${x}) ${y}`),
      fc.tuple(expression, some, some).map(([x, y, z]) => `if (${x}) ${y} else ${z}`),
      fc.tuple(expression, some, check, some).map(([x, y, z, w]) => `if (${x}) ${y} else if (${z}) ${w}`),
      fc.tuple(check, expression).map(([x, y]) => `if (${x}) return ${y};`),
      fc.tuple(check, expression, expression).map(([x, y, z]) => `if (${x}) e('i', ${y}); else e('j', ${z});`),
      fc.tuple(expression, expression).map(([x, y]) => `{\n  const own = ${x};\n  e('o', own, ${y});\n}`),
      fc.tuple(check, expression).map(([x, y]) => `if (${x}) {\n  const own = ${y};\n  e('p', own);\n}`),
      fc.tuple(expression, some).map(([x, y]) => `for (const item of [1, 2]) {\n  if (${x}) continue;\n  ${y}\n}`),
      fc
        .tuple(check, expression)
        .map(([x, y]) => `for (const item of [1, 2]) {\n  if (${x}) break;\n  e(item, ${y});\n}`),
      fc
        .tuple(some, some, some, fc.boolean(), fc.boolean())
        .map(
          ([x, y, z, one, two]) =>
            `switch (gk.ffVariant('F')) {\n  case 'A':\n    ${x}\n${one ? '    break;\n' : ''}  case 'B': ${y}\n${two ? '    break;\n' : ''}  default:\n    ${z}\n}`,
        ),
      fc.tuple(some, some).map(([x, y]) => `try ${x} catch (error) ${y}`),
      expression.map((x) => `loose = ${x};`),
    ),
  };
});

const DECLARED = `const held = gk.ff('F', 'A');
const variant = gk.ffVariant('F');
const data = gk.payload('F');
let loose = gk.ff('F', 'B');
`;

const PAYLOADS: { readonly [variant: string]: { readonly n: number; readonly s: string } | undefined } = {
  A: { n: 0, s: 'x' },
  B: { n: 7, s: '' },
};

/** What a function body gives and does, with a Gatekeeper at one variant. */
function run(body: string, at: string, [a, b]: readonly unknown[]): unknown {
  const done: unknown[] = [];
  const gk = {
    ff: (_: string, wanted: string) => wanted === at,
    ffVariant: () => at,
    payload: () => PAYLOADS[at],
  };
  const e = (...given: unknown[]) => (done.push(structuredClone(given)), given[1]);
  const make = (name: string) => (done.push(name), gk);
  const match = (value: unknown) => {
    let found: { gives: unknown } | undefined;
    const chain = {
      with: (pattern: unknown, handler: (v: unknown) => unknown) => {
        if (!found && pattern === value) found = { gives: handler(value) };
        return chain;
      },
      otherwise: (handler: (v: unknown) => unknown) => (found ? found.gives : handler(value)),
    };
    return chain;
  };
  const names = ['gk', 'req', 'e', 'make', 'match', 'a', 'b', 'p'];
  const made = new Function(...names, body);
  const gives: unknown = made(gk, { gk }, e, make, match, a, b, { q: 3 });
  return { gives, done };
}

const target = (keep: string) => ({ flag: 'F', keep, variants: ['A', 'B', 'C'], payload: { value: PAYLOADS[keep] } });

/** A function's body without the flag. */
function folded(body: string, keep: string): string {
  const { text, refused } = foldText(
    'random.js',
    `function random(gk, req, e, make, match, a, b, p) {\n${body}\n}\n`,
    target(keep),
  );
  fc.pre(!refused.some((one) => one.includes('compares the payload')));
  expect(refused).toEqual([]);
  const open = text.indexOf('{\n');
  return text.slice(open + 2, text.lastIndexOf('}'));
}

/** Drawn code does the same before, with the flag pinned, and after. */
export function codeDoesTheSame(numRuns: number, seed: number): void {
  const property = fc.property(
    block,
    fc.constantFrom('A', 'B', 'C'),
    fc.tuple(leafValue(), leafValue()),
    (code, keep, values) => {
      const body = `${DECLARED}${code.replaceAll("make('m').ff", "make('m').fresh().ff")}\nreturn [held, variant, loose];`;
      const withFresh = (text: string) => text.replaceAll("make('m').fresh()", "make('m')");
      const after = folded(body, keep);
      expect(after).not.toMatch(/'F'/);
      expect(run(withFresh(after), keep, values)).toEqual(run(withFresh(body), keep, values));
      expect(folded(after, keep).trim()).toBe(after.trim());
    },
  );
  fc.assert(property, { numRuns, seed });
}

function leafValue(): fc.Arbitrary<unknown> {
  return fc.constantFrom<unknown>(true, false, 0, 1, '', 'A', null, undefined);
}

const text = fc.constantFrom('x', ' ', '\n', '<b>', '</b>\n', '  \n', '&');
const closing = fc.constantFrom('%>', '%>', '-%>', '_%>');
const opening = fc.constantFrom('<%', '<%', '<%_');
const asked = fc.constantFrom(
  "gk.ff('F', 'A')",
  "!gk.ff('F', 'A')",
  "gk.ff('F', 'B') && a",
  "a || gk.ffVariant('F') === 'C'",
  'held',
  'a',
);

const { template } = fc.letrec<{ template: string; part: string }>((tie) => {
  const inner = tie('template');
  const tag = (code: string) => fc.tuple(opening, closing).map(([open, close]) => `${open} ${code} ${close}`);
  return {
    template: fc.array(tie('part'), { maxLength: 5 }).map((parts) => parts.join('')),
    part: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      text,
      text,
      fc.constantFrom(
        "<%= gk.ff('F', 'A') ? 'new' : b %>",
        "<%- gk.ffVariant('F') %>",
        '<%= b -%>',
        '<%# note %>',
        '<%= "a&" %>',
      ),
      fc.tuple(asked, inner, closing, closing, opening).map(([x, y, c, d, o]) => `<% if (${x}) { ${c}${y}${o} } ${d}`),
      fc
        .tuple(asked, inner, inner, closing, closing, opening)
        .map(([x, y, z, c, d, o]) => `<% if (${x}) { ${c}${y}${o} } else { ${d}${z}<% } ${c}`),
      fc
        .tuple(asked, inner, asked, inner, inner)
        .map(([x, y, z, w, v]) => `<% if (${x}) { %>${y}<% } else if (${z}) { -%>${w}<% } else { %>${v}<% } %>`),
      fc.tuple(inner, closing).map(([x, c]) => `<% for (const item of [1, 2]) { ${c}${x}<%= item %><% } %>`),
      fc
        .tuple(inner, inner, closing)
        .map(([x, y, c]) => `<% switch (gk.ffVariant('F')) { case 'A': ${c}${x}<% break; default: %>${y}<% } %>`),
      fc
        .tuple(asked, inner)
        .chain(([x, y]) => tag(`const own = ${x}; if (own) {`).map((t) => `<% { %>${t}${y}<% } } %>`)),
    ),
  };
});

/** Drawn templates print the same, to the byte. */
export function templatesPrintTheSame(numRuns: number, seed: number): void {
  const property = fc.property(template, fc.constantFrom('A', 'B', 'C'), fc.boolean(), (made, keep, a) => {
    const source = `<% const held = gk.ff('F', 'A'); -%>\n${made}`;
    const { text: after, refused } = foldText('random.ejs', source, target(keep));
    expect(refused).toEqual([]);
    expect(after).not.toMatch(/'F'/);
    const gk = { ff: (_: string, wanted: string) => wanted === keep, ffVariant: () => keep };
    expect(ejs.render(after, { gk, a, b: 'text' })).toBe(ejs.render(source, { gk, a, b: 'text' }));
    expect(foldText('random.ejs', after, target(keep)).text).toBe(after);
  });
  fc.assert(property, { numRuns, seed });
}
