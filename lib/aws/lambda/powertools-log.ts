import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Log, LogFields } from '../../log.ts';

const SERVICE = 'unbind';

/** The log of the deployed functions. A line with `alarm: true` also adds to the metric that the stack's alarm watches. */
export function powertoolsLog(stage: string): Log {
  const logger = new Logger({ serviceName: SERVICE, persistentLogAttributes: { stage } });
  const metrics = new Metrics({ namespace: SERVICE, serviceName: SERVICE, defaultDimensions: { stage } });
  return {
    info: (event, fields = {}) => logger.info(event, { ...fields }),
    warn: (event, fields = {}) => logger.warn(event, { ...fields }),
    error(event: string, fields: LogFields = {}) {
      logger.error(event, { ...fields });
      if (fields.alarm !== true) return;
      metrics.addMetric('Alarm', MetricUnit.Count, 1);
      metrics.publishStoredMetrics();
    },
  };
}
