import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Config, LocalAws } from '../config.ts';

export type AwsClients = {
  readonly secrets: SecretsManagerClient;
  readonly dynamo: DynamoDBDocumentClient;
  readonly sqs: SQSClient;
};

/**
 * Three attempts of at most five seconds leave the ingress functions time to answer 503 themselves (D§2).
 * Without `throwOnRequestTimeout` the SDK only warns and goes on waiting.
 */
const BOUNDED = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
};

export function awsClients({ region, localAws }: Pick<Config, 'region' | 'localAws'>): AwsClients {
  const settings = (service: keyof LocalAws) => ({ region, ...BOUNDED, ...localSettings(localAws?.[service]) });

  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(settings('dynamodb')), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    secrets: new SecretsManagerClient(settings('secretsManager')),
    dynamo,
    sqs: new SQSClient(settings('sqs')),
  };
}

/** The local servers accept any signature; fixed credentials keep the SDK from looking for real ones. */
function localSettings(endpoint: string | undefined) {
  return endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}
