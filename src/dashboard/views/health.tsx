import type { ComponentChildren } from 'preact';
import type { Health } from '../model/health';
import type { Visit } from '../visit';
import { ActionForm, Reason } from './form';
import { Time } from './parts';
import { flagUrl } from './urls';
import { inFull } from './words';

const STATES = {
  fresh: 'Live state is fresh.',
  stale: 'Live state is stale: what was read last is in effect.',
  'never-loaded': 'Live state was never loaded: the code’s defaults are in effect.',
} as const;

export function HealthView({ data, visit }: { data: Health; visit: Visit }) {
  const { status, stats, process, flags } = data;
  const { decisions } = stats;
  return (
    <>
      <div class="top">
        <h1>Health</h1>
      </div>
      <p class={`standing ${status.state}`}>{STATES[status.state]}</p>
      {status.problem && <p class="notice refused">{status.problem}</p>}
      {status.unstoredKills.length > 0 && (
        <p class="notice refused">In effect here, but not stored yet: {status.unstoredKills.join(', ')} killed.</p>
      )}
      <div class="columns">
        <section class="card" aria-labelledby="store">
          <h2 id="store">Store</h2>
          <dl>
            <Row name="Kind">{status.store}</Row>
            <Row name="Revision">{inFull(status.revision)}</Row>
            <Row name="Read">{status.since === undefined ? 'never' : <Time at={status.since} now={visit.now} />}</Row>
            <Row name="Kept, but not in the code">{status.ignored.join(', ') || 'nothing'}</Row>
          </dl>
        </section>
        <section class="card" aria-labelledby="process">
          <h2 id="process">This process</h2>
          <dl>
            <Row name="Flags">{inFull(flags)}</Row>
            <Row name="Started">
              <Time at={process.since} now={visit.now} />
            </Row>
            <Row name="Node">{process.node}</Row>
            <Row name="Process">{process.id}</Row>
          </dl>
        </section>
        <section class="card" aria-labelledby="decisions">
          <h2 id="decisions">Decisions counted here</h2>
          <dl>
            <Row name="In all">{inFull(decisions.counted)}</Row>
            <Row name="Written to the store">{inFull(decisions.written)}</Row>
            <Row name="Pending">{inFull(decisions.pending)}</Row>
            <Row name="Dropped">{inFull(decisions.dropped)}</Row>
          </dl>
        </section>
        {stats.exposures && (
          <section class="card" aria-labelledby="exposures">
            <h2 id="exposures">Exposures and events here</h2>
            <dl>
              <Row name="In all">{inFull(stats.exposures.enqueued)}</Row>
              <Row name="Written to the sink">{inFull(stats.exposures.written)}</Row>
              <Row name="Pending">{inFull(stats.exposures.pending)}</Row>
              <Row name="Dropped">{inFull(stats.exposures.dropped)}</Row>
            </dl>
          </section>
        )}
        <section class="card" aria-labelledby="wrong">
          <h2 id="wrong">What went wrong here</h2>
          <dl>
            {Object.entries(stats.errors).map(([flag, count]) => (
              <Row name={flag === '' ? 'Around flags' : <a href={flagUrl(visit, flag)}>{flag}</a>}>{inFull(count)}</Row>
            ))}
            <Row name="Checks of unknown names">{inFull(stats.unknownNames)}</Row>
            {Object.entries(stats.refusedOverrides).map(([reason, count]) => (
              <Row name={`Overrides refused: ${reason}`}>{inFull(count)}</Row>
            ))}
          </dl>
        </section>
      </div>
      <Revoke visit={visit} />
    </>
  );
}

function Row({ name, children }: { name: ComponentChildren; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Revoke({ visit }: { visit: Visit }) {
  return (
    <details id="revoke">
      <summary>End all browser overrides</summary>
      <p class="hint">Every signed override cookie and share link made so far stops working, for everybody.</p>
      <ActionForm visit={visit} action="revoke-overrides" class="line">
        <Reason label="Why end all overrides" />
        <button class="danger">End all</button>
      </ActionForm>
    </details>
  );
}
