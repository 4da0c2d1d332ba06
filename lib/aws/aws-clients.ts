import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Config, LocalAws } from '../config.ts';
import { MOST_SDK_ATTEMPTS, SDK_CONNECT_TIMEOUT_MS, SDK_REQUEST_TIMEOUT_MS } from './policy.ts';

export type AwsClients = {
  readonly secrets: SecretsManagerClient;
  readonly dynamo: DynamoDBDocumentClient;
  readonly sqs: SQSClient;
};

/** Without `throwOnRequestTimeout` the SDK only warns, and goes on waiting. */
const BOUNDED = {
  maxAttempts: MOST_SDK_ATTEMPTS,
  requestHandler: {
    connectionTimeout: SDK_CONNECT_TIMEOUT_MS,
    requestTimeout: SDK_REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
  },
};

/** The clients of the three services, of AWS itself or of the local AWS. */
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

/** The local servers accept any signature. Fixed credentials keep the SDK from looking for real ones. */
function localSettings(endpoint: string | undefined) {
  return endpoint === undefined ? {} : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
}
