import type { RestParams } from '../rest/rest-call.ts';

export const ROBOT_CODE = 'unbind_activity';

/** The parameters of `bizproc.robot.add` (B§6.1). `handler` is the URL that gets the robot's calls. */
export const robotDefinition = (handler: string): RestParams => ({ CODE: ROBOT_CODE, ...fieldsOf(handler) });

/** The parameters of `bizproc.robot.update`, for a robot that is already registered. */
export const robotUpdate = (handler: string): RestParams => ({ CODE: ROBOT_CODE, FIELDS: fieldsOf(handler) });

const fieldsOf = (handler: string): RestParams => ({
  HANDLER: handler,
  NAME: {
    en: 'Unbind activities from the element',
    ru: 'Отвязать дела от элемента CRM',
    de: 'Aktivitäten vom Element lösen',
  },
  DESCRIPTION: {
    en: 'Removes the binding of activities to a CRM element and tells how it went. The activities themselves are kept.',
    ru: 'Убирает привязку дел к элементу CRM и сообщает результат. Сами дела остаются.',
    de: 'Entfernt die Bindung von Aktivitäten an ein CRM-Element und meldet das Ergebnis. Die Aktivitäten selbst bleiben.',
  },
  // Always given: documentation and server disagree on what an empty value means (B§10).
  USE_SUBSCRIPTION: 'Y',
  // Every CRM document type, and none of other modules.
  FILTER: { INCLUDE: [['crm']] },
  PROPERTIES,
  RETURN_PROPERTIES,
});

const PROPERTIES: RestParams = {
  activity_id: {
    Name: { en: 'Activity IDs', ru: 'ID дел', de: 'IDs der Aktivitäten' },
    Description: {
      en: 'Empty: all activities of the element',
      ru: 'Пусто: все дела элемента',
      de: 'Leer: alle Aktivitäten des Elements',
    },
    // Not `int`: an expression that a designer writes may hold a whole list.
    Type: 'string',
    Required: 'N',
    Multiple: 'Y',
  },
  element: {
    Name: { en: 'CRM element', ru: 'Элемент CRM', de: 'CRM-Element' },
    Description: {
      en: 'For example DEAL_12. Empty: the element the rule runs on',
      ru: 'Например, DEAL_12. Пусто: элемент, для которого запущен робот',
      de: 'Zum Beispiel DEAL_12. Leer: das Element, für das die Regel läuft',
    },
    Type: 'string',
    Required: 'N',
    Multiple: 'N',
  },
  activity_types: {
    Name: { en: 'Only these types', ru: 'Только эти типы', de: 'Nur diese Typen' },
    Description: { en: 'Empty: every type', ru: 'Пусто: любой тип', de: 'Leer: jeder Typ' },
    Type: 'select',
    // Labels of options have no translations (B§6.1).
    Options: { call: 'Call', email: 'E-mail', meeting: 'Meeting', task: 'Task', todo: 'To-do' },
    Required: 'N',
    Multiple: 'Y',
  },
  completed_only: {
    Name: { en: 'Only completed activities', ru: 'Только завершённые дела', de: 'Nur abgeschlossene Aktivitäten' },
    Type: 'bool',
    Required: 'N',
    Multiple: 'N',
    Default: 'N',
  },
};

const RETURN_PROPERTIES: RestParams = {
  status: { Name: { en: 'Status', ru: 'Статус', de: 'Status' }, Type: 'string' },
  unbound: { Name: { en: 'Unbound', ru: 'Отвязано', de: 'Gelöst' }, Type: 'int' },
  refused: { Name: { en: 'Refused', ru: 'Отказано', de: 'Abgelehnt' }, Type: 'int' },
  error_code: { Name: { en: 'Error code', ru: 'Код ошибки', de: 'Fehlercode' }, Type: 'string' },
  details: { Name: { en: 'Details', ru: 'Подробности', de: 'Einzelheiten' }, Type: 'string' },
};
