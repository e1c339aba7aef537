// Visitors for the running shop, to watch what its experiment makes of them: they look around, fill a basket and pay by
// card. Some of their cards are of a bank that the new check cannot deal with.
// Run it: npm run demo:traffic            (--visitors 900 --per-second 30 --url http://localhost:3000)
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { products } from './products';

const { values: given } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:3000' },
    visitors: { type: 'string', default: '900' },
    'per-second': { type: 'string', default: '30' },
  },
});
const shop = given.url.replace(/\/$/, '');
const visitors = Math.min(Number(given.visitors), 100_000);
const perSecond = Math.min(Number(given['per-second']), 200);

const CARDS = ['4242 4242 4242 4242', '5555 5555 5555 4444', '4000 0000 0000 0500'];
const ADDRESS = { street: '4 Copperhill Street', city: 'Aberdyfi', postcode: 'LL35 0HT', country: 'GB' };

/** Somebody's browser: keeps cookies, and sends forms. */
function browser() {
  const cookies = new Map<string, string>();
  return async (path: string, form?: { readonly [field: string]: string }) => {
    const response = await fetch(`${shop}${path}`, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { Cookie: [...cookies].map((pair) => pair.join('=')).join('; '), Origin: shop },
      ...(form && { body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const { status, headers } = response;
    return { status, location: headers.get('location') ?? '', text: await response.text() };
  };
}

/** One visit, and how it ended. */
async function visit(index: number): Promise<'ordered' | 'left' | 'failed'> {
  const go = browser();
  const { slug } = products[index % products.length]!;
  await go('/');
  await go(`/pots/${slug}`);
  await go('/basket', { slug, quantity: String(1 + (index % 3)) });
  await go('/checkout');
  if (index % 4 === 0) return 'left';
  const contact = { name: 'Mair', email: `mair${index}@post.example`, ...ADDRESS };
  const card = CARDS[index % CARDS.length]!;
  // On one page, or in steps: each takes what it asks for.
  for (const step of ['address', 'delivery', 'payment']) {
    const { status, location } = await go('/checkout', { step, ...contact, delivery: 'collect', card });
    if (status >= 500) return 'failed';
    if (location.startsWith('/orders/')) return 'ordered';
  }
  return 'left';
}

/** As Ada, who is staff, sees it: why the experiment was killed, where it was. */
async function watch(): Promise<() => Promise<string | undefined>> {
  const ada = browser();
  await ada('/login', { id: '1' });
  return async () => {
    const { text } = await ada('/gatekeeper/api/flags/CARD_CHECK');
    return (JSON.parse(text) as { readonly killed?: string }).killed;
  };
}

async function run(): Promise<void> {
  const killed = await watch().catch(() => undefined);
  if (!killed) {
    console.error(`There is no shop at ${shop}. Start it first, in another terminal: npm start`);
    process.exitCode = 1;
    return;
  }
  if (await killed()) {
    console.error('CARD_CHECK is killed already. Restore it on the dashboard, as Ada, to see it happen again.');
    process.exitCode = 1;
    return;
  }
  console.log(`\n  Watch it at ${shop}/gatekeeper/experiments/CARD_CHECK (log in as Ada first).\n`);
  const ends = { ordered: 0, left: 0, failed: 0 };
  const format = '  {bar} {value}/{total} visitors · {ordered} ordered · {left} left · {failed} failed';
  const bar = new SingleBar({ format, barsize: 20, hideCursor: true, noTTYOutput: !process.stderr.isTTY });
  bar.start(visitors, 0, ends);
  let reason: string | undefined;
  let after = 0;
  const looking = setInterval(async () => {
    reason ??= await killed().catch(() => undefined);
    after ||= reason ? Math.round((performance.now() - start) / 1000) : 0;
  }, 500);
  const under: Promise<void>[] = [];
  const start = performance.now();
  for (let index = 0; index < visitors; index++) {
    under.push(
      visit(index)
        .catch(() => 'failed' as const)
        .then((end) => {
          ends[end] += 1;
          bar.increment(1, ends);
        }),
    );
    const next = start + ((index + 1) / perSecond) * 1000;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  await Promise.all(under);
  bar.stop();
  clearInterval(looking);
  console.log(reason ? `\n  After ${after} s, CARD_CHECK was ${reason}\n` : '\n  CARD_CHECK is still on.\n');
}

void run();
