import type { FlagPage } from '../model/flag';
import type { Visit } from '../visit';
import { Name, Time } from './parts';
import { dayAndTime, inFull, percent } from './words';

/** What a flag serves, and how often it did. */
export function Variants({ flag, visit }: { flag: FlagPage; visit: Visit }) {
  const { variants, off, series, count } = flag;
  const share = (part: number) => Math.round((part / count) * 100);
  return (
    <section aria-labelledby="variants" class="card">
      <h2 id="variants">Variants</h2>
      <ul class="variants">
        {variants.map((variant, index) => (
          <li>
            <p>
              <i class={`swatch v${index % 6}`} />
              <span>
                <b>
                  <Name of={variant.name} />
                </b>{' '}
                {variant.name === off && <small>off</small>}
              </span>
              <span class="number">
                {inFull(variant.count)} {count > 0 && <small>{percent(share(variant.count))}</small>}
              </span>
            </p>
            {variant.last !== undefined && (
              <small>
                last decided <Time at={variant.last} now={visit.now} />
              </small>
            )}
            {variant.payload !== undefined && (
              <details id={`payload-${index}`}>
                <summary>Payload</summary>
                <pre tabIndex={0}>{JSON.stringify(variant.payload, null, 2)}</pre>
              </details>
            )}
          </li>
        ))}
      </ul>
      {series.at.length >= 2 ? (
        <figure>
          <div class="chart" data-chart={JSON.stringify(series)} hx-morph-skip />
          <figcaption>
            Decisions a minute, in all processes, sampled here since {dayAndTime(series.at[0]!)} UTC.
          </figcaption>
        </figure>
      ) : (
        <p class="hint">The chart of decisions a minute begins now, and is here in a minute or two.</p>
      )}
    </section>
  );
}
