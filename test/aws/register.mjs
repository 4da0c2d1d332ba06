import { registerHooks } from 'node:module';

const REPLACED = [
  ['lib/local/start-dynamodb.ts', 'dynamodb.ts', process.env.TEST_AWS_DYNAMODB],
  ['lib/local/start-sqs.ts', 'sqs.ts', process.env.TEST_AWS_MOTO],
  ['lib/local/secrets-manager/secrets-manager-server.ts', 'secrets-manager.ts', process.env.TEST_AWS_MOTO],
]
  .filter(([, , server]) => server !== undefined)
  .map(([local, other]) => [new URL(`../../${local}`, import.meta.url).href, new URL(other, import.meta.url).href]);

/** The one place where `npm run test:aws` puts servers of others into the place of the local AWS. */
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const [url, query = ''] = found.url.split(/(?=\?)/);
    const [, other] = REPLACED.find(([local]) => local === url) ?? [];
    return other === undefined ? found : { ...found, url: `${other}${query}` };
  },
});
