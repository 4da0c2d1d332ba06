import { describe, expect, test } from '@jest/globals';
import { configFromEnvironment, deployedConfig, localConfig, localSettings } from '../../lib/config.ts';

describe('a configuration from the environment', () => {
  const COMPLETE = {
    AWS_REGION: 'eu-central-1',
    UNBIND_STAGE: 'qa',
    UNBIND_JOBS_TABLE: 'j',
    UNBIND_OUTCOMES_TABLE: 'o',
    UNBIND_PORTALS_TABLE: 'p',
    UNBIND_WAKE_UPS_URL: 'https://sqs.eu-central-1.amazonaws.com/1/b',
    UNBIND_SECRET_PREFIX: 'unbind/qa',
    UNBIND_PUBLIC_URL: 'https://x.example',
  };

  test.each(Object.keys(COMPLETE))('needs %s', (name) => {
    expect(() => configFromEnvironment({ ...COMPLETE, [name]: '' })).toThrow(`${name} is not set`);
  });

  test.each([
    ['UNBIND_OAUTH_HOSTS', 'https://evil.example'],
    ['UNBIND_ALLOW_HTTP', '1'],
    ['UNBIND_KEEP_DAYS', '0'],
    ['UNBIND_KEEP_DAYS', 'ninety'],
    ['UNBIND_WAIT_DAYS', '0'],
    ['UNBIND_EVENT_WAIT_DAYS', 'a week'],
    ['UNBIND_PUBLIC_URL', 'x.example'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => configFromEnvironment({ ...COMPLETE, [name]: value })).toThrow(name);
  });
});

describe('the configuration of the command line for a deployed stage', () => {
  const STAGE = { stage: 'qa', region: 'eu-west-1', queueUrl: 'https://sqs.example/q' };

  test('follows from the name of the stage', () => {
    expect(deployedConfig(STAGE, {})).toMatchObject({
      tables: { jobs: 'unbind-qa-jobs', outcomes: 'unbind-qa-outcomes', portals: 'unbind-qa-portals' },
      secretPrefix: 'unbind/qa',
      keepDays: 90,
      waitDays: { asked: 3, event: 7 },
      recoveryDays: 7,
      allowHttp: false,
      localAws: null,
    });
    const days = { UNBIND_WAIT_DAYS: '1', UNBIND_EVENT_WAIT_DAYS: '2' };
    expect(deployedConfig(STAGE, days).waitDays).toEqual({ asked: 1, event: 2 });
  });

  test.each(['6', '31', '7.5'])('refuses UNBIND_RECOVERY_DAYS=%s', (days) => {
    expect(() => deployedConfig(STAGE, { UNBIND_RECOVERY_DAYS: days })).toThrow('UNBIND_RECOVERY_DAYS');
  });
});

describe('the configuration of the local stack', () => {
  const STACK = {
    localAws: { dynamodb: 'http://a', sqs: 'http://b', secretsManager: 'http://c' },
    queueUrl: 'http://b/q',
    publicUrl: 'http://127.0.0.1:1',
  };

  test('may have OAuth servers of its own, and http', () => {
    const env = { UNBIND_OAUTH_HOSTS: 'http://127.0.0.1:1/, http://127.0.0.1:2', UNBIND_ALLOW_HTTP: '1' };

    expect(localConfig(STACK, env)).toMatchObject({
      stage: 'local',
      oauthHosts: ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
      allowHttp: true,
    });
    expect(localConfig(STACK, {})).toMatchObject({ allowHttp: false });
    expect(() => localConfig(STACK, { UNBIND_ALLOW_HTTP: 'yes' })).toThrow('UNBIND_ALLOW_HTTP');
  });

  test.each([
    [{}, { home: '.unbind', port: 3000 }],
    [
      { UNBIND_HOME: '/x', PORT: '0' },
      { home: '/x', port: 0 },
    ],
  ])('%j is folder and port %j', (env, settings) => {
    expect(localSettings(env)).toEqual(settings);
  });

  test.each(['-1', '65536', '1.5', 'x'])('refuses PORT=%s', (port) => {
    expect(() => localSettings({ PORT: port })).toThrow('PORT must be a number');
  });
});
