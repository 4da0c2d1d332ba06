/** Everything that differs between a deployed stack, the local one and a test. */
export type Config = {
  readonly stage: string;
  readonly region: string;
  readonly tables: { readonly jobs: string; readonly outcomes: string; readonly portals: string };
  readonly bellQueueUrl: string;
  /** Secrets are named `<prefix>/app` and `<prefix>/portals/<member_id>`. */
  readonly secretPrefix: string;
  /** Where Bitrix24 reaches the functions, without a slash at the end; the robot and the events are registered under it. */
  readonly publicUrl: string;
  /** Base URLs of the OAuth servers that may be asked (B§4.2), without a slash at the end. */
  readonly oauthHosts: readonly string[];
  /** Local only: http endpoints on loopback are accepted. */
  readonly allowHttp: boolean;
  /** How long finished jobs and outcomes are kept. */
  readonly keepDays: number;
  /** Local only: where the local AWS listens; null means AWS itself. */
  readonly localAws: LocalAws | null;
};

export type LocalAws = { readonly dynamodb: string; readonly sqs: string; readonly secretsManager: string };
