import type { Entry } from '../model/history';
import type { Visit } from '../visit';
import { ActionForm } from './form';
import { Time } from './parts';

interface Props {
  readonly changes: readonly Entry[];
  readonly problem?: string;
  readonly visit: Visit;
  readonly revision: number;
}

/** What was changed, by whom and why; each change can be taken back. */
export function Changes({ changes, problem, visit, revision }: Props) {
  if (problem !== undefined) return <p class="hint">What was changed cannot be shown: {problem}</p>;
  if (changes.length === 0) return <p class="hint">Nothing was changed yet.</p>;
  return (
    <ol class="changes">
      {changes.map((change) => (
        <li>
          <Time at={change.at} now={visit.now} />
          <p>
            <b>{change.actor}</b> {change.words} <span class="reason">{change.reason}</span>
          </p>
          {change.revertible && (
            <ActionForm
              visit={visit}
              action="revert"
              fields={{
                ...(change.flag !== undefined && { flag: change.flag }),
                ...{ change: change.revision, revision, reason: `takes revision ${change.revision} back` },
              }}
            >
              <button class="plain" aria-label={`Revert: ${change.words}`}>
                Revert
              </button>
            </ActionForm>
          )}
        </li>
      ))}
    </ol>
  );
}
