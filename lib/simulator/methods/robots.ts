import type { Crm } from '../crm/crm-state.ts';
import { phpText } from '../crm/php-text.ts';
import type { Robot } from '../crm/workflow.ts';
import { MethodError, type Methods, type Params } from '../method.ts';
import { checkHandlerUrl } from './handler-url.ts';
import { isEmpty, isRecord, upperKeys } from './parameter.ts';
import { clientOfRobots } from './refusals.ts';

/** bizproc.robot.* (B§6.1). */
export const robotMethods = (crm: Crm): Methods => ({
  'bizproc.robot.add': {
    scope: 'bizproc',
    run: (params, caller) => {
      const clientId = clientOfRobots(caller);
      const robot = newRobot(clientId, deepUpperKeys(params));
      if (findRobot(crm, clientId, robot.code) !== undefined) {
        throw new MethodError('ERROR_ACTIVITY_ALREADY_INSTALLED', 'Activity or Robot already installed!');
      }
      crm.robots.push(robot);
      return true;
    },
  },
  'bizproc.robot.update': {
    scope: 'bizproc',
    run: (params, caller) => {
      const { CODE, FIELDS } = deepUpperKeys(params);
      const robot = installedRobot(crm, clientOfRobots(caller), CODE);
      const change = isRecord(FIELDS) && !isEmpty(FIELDS) ? changeOf(FIELDS) : {};
      if (Object.keys(change).length === 0) throw invalid('No fields to update');
      Object.assign(robot, change);
      return true;
    },
  },
  'bizproc.robot.delete': {
    scope: 'bizproc',
    run: (params, caller) => {
      const robot = installedRobot(crm, clientOfRobots(caller), upperKeys(params).CODE);
      crm.robots.splice(crm.robots.indexOf(robot), 1);
      return true;
    },
  },
  'bizproc.robot.list': {
    scope: 'bizproc',
    run: (_params, caller) => {
      const client = clientOfRobots(caller);
      return crm.robots.filter(({ clientId }) => clientId === client).map(({ code }) => code);
    },
  },
});

const findRobot = (crm: Crm, client: string, robotCode: string): Robot | undefined =>
  crm.robots.find(({ clientId, code }) => clientId === client && code === robotCode);

function installedRobot(crm: Crm, client: string, code: unknown): Robot {
  const robot = findRobot(crm, client, codeOf(code));
  if (robot === undefined) throw new MethodError('ERROR_ACTIVITY_NOT_FOUND', 'Activity or Robot not found!');
  return robot;
}

/** Checked in the order of the source: code, handler, name, the arrays. */
function newRobot(clientId: string, params: Params): Robot {
  const data = Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'AUTH'));
  if (isEmpty(data)) throw invalid('Empty data!');
  const code = codeOf(data.CODE);
  const handler = checkHandlerUrl(data.HANDLER);
  if (isEmpty(data.NAME)) throw invalid('Empty activity NAME!');
  const properties = propertiesOf(data.PROPERTIES);
  checkDocumentType(data.DOCUMENT_TYPE);
  const returnProperties = propertiesOf(data.RETURN_PROPERTIES);
  checkFilter(data.FILTER);
  return {
    clientId,
    code,
    handler,
    name: data.NAME,
    description: data.DESCRIPTION,
    documentType: data.DOCUMENT_TYPE,
    authUserId: Number(data.AUTH_USER_ID ?? 0) || 0,
    useSubscription: phpText(data.USE_SUBSCRIPTION),
    properties,
    returnProperties,
    filter: data.FILTER,
  };
}

/** A subset of the fields of `.add`; others are ignored, so a call with only those has nothing to update. */
function changeOf(fields: Params): Partial<Robot> {
  const change: { -readonly [field in keyof Robot]?: Robot[field] } = {};
  if (fields.HANDLER !== undefined) change.handler = checkHandlerUrl(fields.HANDLER);
  if (fields.AUTH_USER_ID !== undefined) change.authUserId = Number(fields.AUTH_USER_ID) || 0;
  if (fields.USE_SUBSCRIPTION !== undefined) change.useSubscription = phpText(fields.USE_SUBSCRIPTION);
  if (!isEmpty(fields.NAME)) change.name = fields.NAME;
  if (fields.DESCRIPTION !== undefined) change.description = fields.DESCRIPTION;
  if (fields.PROPERTIES !== undefined) change.properties = propertiesOf(fields.PROPERTIES);
  if (fields.RETURN_PROPERTIES !== undefined) change.returnProperties = propertiesOf(fields.RETURN_PROPERTIES);
  checkDocumentType(fields.DOCUMENT_TYPE);
  if (fields.DOCUMENT_TYPE !== undefined) change.documentType = fields.DOCUMENT_TYPE;
  checkFilter(fields.FILTER);
  if (fields.FILTER !== undefined) change.filter = fields.FILTER;
  return change;
}

function codeOf(code: unknown): string {
  if (isEmpty(code)) throw invalid('Empty activity code!');
  if (typeof code !== 'string' || !/^[a-z0-9._-]+$/i.test(code)) throw invalid('Wrong activity code!');
  return code;
}

function propertiesOf(properties: unknown): { readonly [name: string]: unknown } {
  if (properties === undefined) return {};
  if (!isRecord(properties)) throw invalid('Wrong properties array!');
  for (const [key, property] of Object.entries(properties)) {
    if (!/^[a-z][a-z0-9_]*$/i.test(key)) throw invalid(`Wrong property key (${key})!`);
    if (!isRecord(property) || isEmpty(property.NAME)) throw invalid(`Empty property NAME (${key})!`);
  }
  return properties;
}

function checkDocumentType(documentType: unknown): void {
  if (documentType === undefined || isEmpty(documentType)) return;
  const parts = isRecord(documentType) ? Object.values(documentType) : [];
  if (parts.length !== 3 || parts.some(isEmpty)) throw invalid('Wrong activity DOCUMENT_TYPE!');
}

function checkFilter(filter: unknown): void {
  if (filter !== undefined && !isEmpty(filter) && !isRecord(filter)) throw invalid('Wrong activity FILTER!');
}

const invalid = (description: string): MethodError => new MethodError('ERROR_ACTIVITY_VALIDATION_FAILURE', description);

/** Upper-cases names at every level, except those of properties and options (prepareActivityData in the source). */
function deepUpperKeys(params: Params, keep = false): Params {
  const entries = Object.entries(params).map(([name, value]) => {
    const key = keep ? name : name.toUpperCase();
    if (!isRecord(value) || Array.isArray(value)) return [key, value] as const;
    return [key, deepUpperKeys(value, ['PROPERTIES', 'RETURN_PROPERTIES', 'OPTIONS'].includes(key))] as const;
  });
  return Object.fromEntries(entries);
}
