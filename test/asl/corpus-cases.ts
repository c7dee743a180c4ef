import { readFileSync } from 'node:fs';
import type { LambdaBehaviour } from '../servers/lambda.ts';

/** A recorded execution; corpus/README.md says what the fields mean. */
export interface CorpusCase {
  readonly id: string;
  readonly category: string;
  readonly group: string;
  readonly definition: unknown;
  readonly input: unknown;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Null: none is used. */
  readonly lambda: Readonly<Record<string, LambdaBehaviour>> | null;
  readonly s3?: readonly { readonly Bucket: string; readonly Key: string; readonly Body: string }[];
  readonly mock?: Readonly<Record<string, Readonly<Record<string, MockedAnswer>>>>;
  readonly expect: Expectation;
}

export type MockedAnswer =
  | { readonly Return: unknown }
  | { readonly Throw: { readonly Error: string; readonly Cause: string } };

export interface Expectation {
  readonly status: string;
  readonly output?: unknown;
  /** JSON pointers */
  readonly output_ignore?: readonly string[];
  /** JSON pointers */
  readonly output_prose?: readonly string[];
  readonly error?: string;
  readonly cause?: string;
  /** `*` is any text. */
  readonly cause_pattern?: string;
  readonly cause_json_subset?: Readonly<Record<string, unknown>>;
  readonly history_types?: readonly string[];
  readonly history_order?: 'strict' | 'concurrent';
  readonly trace?: readonly TraceEvent[];
}

/** What is compared of an event of the history. */
export interface TraceEvent {
  readonly type: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly assigned?: Readonly<Record<string, unknown>>;
  readonly length?: number;
  readonly index?: number;
  readonly error?: string;
  readonly cause?: string;
}

/** The categories of cases that are executed. */
export const CATEGORIES = [
  'base_states',
  'choice_operators',
  'choice_rules',
  'context_object',
  'error_handling',
  'express',
  'intrinsics',
  'intrinsics_jsonata',
  'jsonata_arguments_output',
  'jsonata_evaluate',
  'jsonpath_escapes',
  'lambda_task',
  'map_distributed',
  'map_inline',
  'map_item_reader_s3',
  'mocked_integrations',
  'parallel',
  'query_language',
  'retry',
  'timeouts_heartbeats',
  'variables_assign',
  'wait',
] as const;

export function casesOf(category: string): CorpusCase[] {
  const text = readFileSync(new URL(`corpus/recorded/${category}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as Omit<CorpusCase, 'category'>[]).map((each) => ({ ...each, category }));
}

export const allCases = (): CorpusCase[] => CATEGORIES.flatMap(casesOf);
