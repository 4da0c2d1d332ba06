import type { Clock } from '../../clock.ts';
import type { ExemptionStore } from '../rules/exemption-store.ts';
import type { RulesOf } from '../rules/portal-rules.ts';
import type { StageDirectories } from '../rules/stage-directory.ts';
import type { ReadActivity } from './batched-activity-reads.ts';
import type { IsOwnChange } from './own-changes.ts';

/** What applying rules needs of the world, besides the portal itself. */
export type RuleDeps = {
  readonly rulesOf: RulesOf;
  readonly stages: StageDirectories;
  readonly exemptions: ExemptionStore;
  readonly clock: Clock;
};

/** The same for what events are behind. */
export type EventDeps = RuleDeps & { readonly isOwnChange: IsOwnChange; readonly readActivity: ReadActivity };
