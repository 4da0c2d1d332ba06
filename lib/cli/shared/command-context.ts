import type { AwsStores } from '../../aws/aws-stores.ts';
import type { Clock } from '../../clock.ts';
import type { Config } from '../../config.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What a command works with: the local state or a deployed stack, whichever was chosen. */
export type CommandContext = {
  readonly config: Config;
  readonly stores: AwsStores;
  readonly clock: Clock;
  readonly randomId: () => string;
  /** Who runs the command, for the records. */
  readonly user: string;
  /** The text of a file, or of the standard input for `-`. */
  readonly read: (source: string) => Promise<string>;
  /** Absent: not interactive. */
  readonly terminal?: Terminal;
};
