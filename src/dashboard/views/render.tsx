import { renderToString } from 'preact-render-to-string';
import type { FunctionComponent } from 'preact';
import type { Visit } from '../visit';
import { Layout } from './layout';
import type { Notice } from './notice';

/** A page as HTML. */
export function renderPage<T>(
  View: FunctionComponent<{ data: T; visit: Visit }>,
  title: string,
  { data, visit, notice }: { readonly data: T; readonly visit: Visit; readonly notice?: Notice },
): string {
  return document(
    <Layout title={title} visit={visit} notice={notice}>
      <View data={data} visit={visit} />
    </Layout>,
  );
}

/** A page that says one thing: that something cannot be shown. Without a visit, it has nothing around it. */
export function renderMessage(message: string, visit: Visit | undefined): string {
  const body = <h1 class="message">{message}</h1>;
  if (visit) return document(<Layout title="Sorry" visit={visit} children={body} />);
  return document(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Gatekeeper</title>
      </head>
      <body>
        <main>{body}</main>
      </body>
    </html>,
  );
}

function document(html: Parameters<typeof renderToString>[0]): string {
  return `<!doctype html>${renderToString(html)}`;
}
