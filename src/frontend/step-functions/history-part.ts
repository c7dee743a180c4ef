import { serviceEvent } from '../../compilers/index.ts';
import { executionHistory } from '../execution-history.ts';
import type { HistoryEvent, StatesLanguageParts } from './parts.ts';

/** The history of an execution in the shape of GetExecutionHistory, its times in milliseconds. */
export const serviceHistory: NonNullable<StatesLanguageParts['executionHistory']> = async ({
  type: _,
  ...subject
}) => (await executionHistory(subject)).map((event) => serviceEvent(event) as HistoryEvent);
