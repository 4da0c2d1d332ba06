import { describe, expect, test } from '@jest/globals';
import { parseDocumentId } from '../../../../lib/bitrix24/inbound/inbound-robot-call.ts';

describe('parseDocumentId', () => {
  test.each([
    ['CCrmDocumentLead', 'LEAD_5', 1, 5],
    ['CCrmDocumentDeal', 'DEAL_123', 2, 123],
    ['CCrmDocumentContact', 'CONTACT_5', 3, 5],
    ['CCrmDocumentCompany', 'COMPANY_5', 4, 5],
    ['Bitrix\\Crm\\Integration\\BizProc\\Document\\Quote', 'QUOTE_5', 7, 5],
    ['Bitrix\\Crm\\Integration\\BizProc\\Document\\SmartInvoice', 'SMART_INVOICE_3', 31, 3],
    ['Bitrix\\Crm\\Integration\\BizProc\\Document\\Dynamic', 'DYNAMIC_147_1', 147, 1],
    ['Bitrix\\Crm\\Integration\\BizProc\\Document\\Dynamic', 'DYNAMIC_1032_4', 1032, 4],
  ])('reads a document of %s', (documentClass, id, entityTypeId, entityId) => {
    expect(parseDocumentId(['crm', documentClass, id])).toEqual({ entityTypeId, entityId });
  });

  test.each([
    [['lists', 'BizprocDocument', '12']],
    [['tasks', 'X', 'DEAL_1']],
    [['CRM', 'CCrmDocumentDeal', 'DEAL_1']],
    [['crm', 'CCrmDocumentDeal', '12']],
    [['crm', 'CCrmDocumentDeal', 'XDEAL_1']],
    [['crm', 'CCrmDocumentDeal', 'DEAL_1x']],
    [['crm', 'CCrmDocumentDeal', 'DEAL_1\n']],
    [['crm', 'CCrmDocumentDeal', 'DEAL_0']],
    [['crm', 'CCrmDocumentDeal', 'D_1']],
    [['crm', 'X', 'DYNAMIC_1']],
    [['crm', 'X', 'DYNAMIC_2_1']],
    [['crm']],
    [[]],
  ])('rejects %j', (documentId) => {
    expect(parseDocumentId(documentId)).toBeNull();
  });
});
