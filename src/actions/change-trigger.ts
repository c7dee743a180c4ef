import type { AddTriggerAction, ChangeTriggerAction, InterceptAction } from '../model/documents.ts';
import type { ActionType } from './action.ts';

export const addTrigger: ActionType<AddTriggerAction> = {
  compile: ({ trigger }) => ({ type: 'add-trigger', plan: () => ({ op: 'add-trigger', trigger }) }),
};

const CHANGES = {
  'enable-trigger': 'enable',
  'disable-trigger': 'disable',
  'remove-trigger': 'remove',
} as const;

export const changeTrigger: ActionType<ChangeTriggerAction> = {
  compile: ({ type, id }) => ({ type, plan: () => ({ op: 'change-trigger', id, change: CHANGES[type] }) }),
};

export const intercept: ActionType<InterceptAction> = {
  compile: ({ interception }) => ({ type: 'intercept', plan: () => ({ op: 'intercept', interception }) }),
};
