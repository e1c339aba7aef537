import { startExample, type RunningExample } from '../support/start-example';

let example: RunningExample;
beforeAll(async () => {
  example = await startExample('templates');
}, 60_000);

async function pageOf(path: string): Promise<string> {
  const html = await (await fetch(example.url + path)).text();
  return html.replace(/\s*\n\s*/g, '');
}

function page(text: string): string {
  return `<!DOCTYPE html><title>Garden shop</title><h1>Garden shop</h1><p>${text}</p>`;
}

test.each(['ejs', 'pug', 'nunjucks', 'eta', 'handlebars'])('/%s renders the page by the flag', async (engine) => {
  expect(await pageOf(`/${engine}?user=1`)).toBe(page('Spring sale: all seeds at half price.'));
  expect(await pageOf(`/${engine}?user=4`)).toBe(page('Seeds, bulbs and tools.'));
});
