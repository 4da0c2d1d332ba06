import type { Clock } from '../clock.ts';
import type { ReadActivity } from './activities-together.ts';
import type { IsEcho } from './own-echoes.ts';
import type { PairMarks } from './pair-marks.ts';
import type { RulesOf } from './portal-rules.ts';
import type { StageDirectories } from './stage-directory.ts';

/** What applying rules needs of the world, besides the portal itself. */
export type RuleMeans = {
  readonly rulesOf: RulesOf;
  readonly stages: StageDirectories;
  readonly marks: PairMarks;
  readonly clock: Clock;
};

/** The same for what events are behind. */
export type EventMeans = RuleMeans & { readonly isEcho: IsEcho; readonly readActivity: ReadActivity };
