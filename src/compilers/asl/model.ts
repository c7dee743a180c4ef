/**
 * Amazon States Language as written in JSON. A definition that `validateStateMachine` finds no error in has these shapes.
 * `Dynamic<T>` is a value that JSONata may compute: the literal or a `{% ... %}` string. Paths are JSONPath texts.
 */

export type QueryLanguage = 'JSONPath' | 'JSONata';

/** A string `{% ... %}`; allowed only where the query language in effect is JSONata. */
export type JsonataText = string;

export type Dynamic<T> = T | JsonataText;

export type JsonObject = Readonly<Record<string, unknown>>;

/** A payload template: in JSONPath its keys that end in `.$` hold paths or intrinsics, in JSONata its strings `{% %}`. */
export type Template = unknown;

/** `Assign`: variable name (JSONPath: perhaps with `.$`) to template. */
export type Assign = JsonObject;

export interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly Comment?: string;
}

export interface StateMachine extends States {
  readonly Version?: string;
  readonly QueryLanguage?: QueryLanguage;
  readonly TimeoutSeconds?: number;
}

/** A branch of a Parallel state. It inherits the machine's query language. */
export type Branch = States;

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export type StateType = State['Type'];

export interface StateFields {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
}

/** Exactly one of the two. */
export interface Transition {
  readonly Next?: string;
  readonly End?: boolean;
}

/** `InputPath`, `OutputPath` (JSONPath): null stands for an empty object. `Output`: JSONata. */
export interface InputOutput {
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Output?: Template;
}

/** JSONPath: `null` throws the result away. */
export interface WithResultPath {
  readonly ResultPath?: string | null;
}

export interface WithAssign {
  readonly Assign?: Assign;
}

export interface WithErrorHandling {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface PassState extends StateFields, Transition, InputOutput, WithResultPath, WithAssign {
  readonly Type: 'Pass';
  /** JSONPath */
  readonly Result?: unknown;
  /** JSONPath */
  readonly Parameters?: Template;
}

export interface TaskState
  extends StateFields,
    Transition,
    InputOutput,
    WithResultPath,
    WithAssign,
    WithErrorHandling {
  readonly Type: 'Task';
  /** An ARN, with `.sync`, `.sync:2` or `.waitForTaskToken` behind a service integration's. */
  readonly Resource: string;
  /** JSONPath */
  readonly Parameters?: Template;
  /** JSONPath */
  readonly ResultSelector?: Template;
  /** JSONata */
  readonly Arguments?: Template;
  readonly TimeoutSeconds?: Dynamic<number>;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: Dynamic<number>;
  readonly HeartbeatSecondsPath?: string;
  readonly Credentials?: Credentials;
}

export interface Credentials {
  readonly RoleArn?: Dynamic<string>;
  readonly 'RoleArn.$'?: string;
}

export interface ChoiceState extends StateFields, InputOutput, WithAssign {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

/** An entry of `Choices`. */
export type ChoiceRule = (JsonPathChoiceTest | { readonly Condition: JsonataText | boolean }) & {
  readonly Next: string;
  readonly Comment?: string;
} & WithAssign & { readonly Output?: Template };

/** What is tested, nested without `Next`. */
export type JsonPathChoiceTest =
  | { readonly And: readonly JsonPathChoiceTest[] }
  | { readonly Or: readonly JsonPathChoiceTest[] }
  | { readonly Not: JsonPathChoiceTest }
  | ({ readonly Variable: string } & Comparison);

/** One key: the operator, with what is compared with. */
export type Comparison = { readonly [operator in ComparisonOperator]?: string | number | boolean };

type Order = 'Equals' | 'LessThan' | 'GreaterThan' | 'LessThanEquals' | 'GreaterThanEquals';
type Compared = `${'String' | 'Numeric' | 'Timestamp'}${Order}` | 'BooleanEquals';

export type ComparisonOperator =
  | Compared
  | `${Compared}Path`
  | 'StringMatches'
  | 'IsNull'
  | 'IsPresent'
  | 'IsNumeric'
  | 'IsString'
  | 'IsBoolean'
  | 'IsTimestamp';

/** Exactly one of the four. */
export interface WaitState extends StateFields, Transition, InputOutput, WithAssign {
  readonly Type: 'Wait';
  readonly Seconds?: Dynamic<number>;
  readonly SecondsPath?: string;
  /** RFC 3339 */
  readonly Timestamp?: Dynamic<string>;
  readonly TimestampPath?: string;
}

export interface SucceedState extends StateFields, InputOutput {
  readonly Type: 'Succeed';
}

export interface FailState extends StateFields {
  readonly Type: 'Fail';
  readonly Error?: Dynamic<string>;
  /** A path or an intrinsic. */
  readonly ErrorPath?: string;
  readonly Cause?: Dynamic<string>;
  /** A path or an intrinsic. */
  readonly CausePath?: string;
}

export interface ParallelState
  extends StateFields,
    Transition,
    InputOutput,
    WithResultPath,
    WithAssign,
    WithErrorHandling {
  readonly Type: 'Parallel';
  readonly Branches: readonly Branch[];
  /** JSONPath */
  readonly Parameters?: Template;
  /** JSONPath */
  readonly ResultSelector?: Template;
  /** JSONata */
  readonly Arguments?: Template;
}

export interface MapState
  extends StateFields,
    Transition,
    InputOutput,
    WithResultPath,
    WithAssign,
    WithErrorHandling {
  readonly Type: 'Map';
  readonly ItemProcessor?: ItemProcessor;
  /** The older name of `ItemProcessor`. */
  readonly Iterator?: ItemProcessor;
  /** JSONPath */
  readonly ItemsPath?: string;
  /** JSONata */
  readonly Items?: Dynamic<readonly unknown[] | JsonObject>;
  readonly ItemSelector?: Template;
  /** The older name of `ItemSelector` (JSONPath). */
  readonly Parameters?: Template;
  /** JSONPath */
  readonly ResultSelector?: Template;
  readonly ItemReader?: ItemReader;
  readonly ItemBatcher?: ItemBatcher;
  readonly ResultWriter?: ResultWriter;
  /** 0 is without a bound */
  readonly MaxConcurrency?: Dynamic<number>;
  readonly MaxConcurrencyPath?: string;
  readonly ToleratedFailurePercentage?: Dynamic<number>;
  readonly ToleratedFailurePercentagePath?: string;
  readonly ToleratedFailureCount?: Dynamic<number>;
  readonly ToleratedFailureCountPath?: string;
  readonly Label?: string;
}

export interface ItemProcessor extends States {
  readonly ProcessorConfig?: ProcessorConfig;
}

export interface ProcessorConfig {
  readonly Mode?: 'INLINE' | 'DISTRIBUTED';
  /** DISTRIBUTED */
  readonly ExecutionType?: 'STANDARD' | 'EXPRESS';
}

export interface ItemReader {
  /** `arn:aws:states:::s3:getObject` or `arn:aws:states:::s3:listObjectsV2` */
  readonly Resource: string;
  readonly ReaderConfig?: ReaderConfig;
  /** JSONPath */
  readonly Parameters?: Template;
  /** JSONata */
  readonly Arguments?: Template;
}

export interface ReaderConfig {
  readonly InputType?: 'CSV' | 'JSON' | 'JSONL' | 'MANIFEST' | 'PARQUET';
  readonly Transformation?: 'NONE' | 'LOAD_AND_FLATTEN';
  readonly ManifestType?: 'ATHENA_DATA' | 'S3_INVENTORY';
  readonly CSVDelimiter?: 'COMMA' | 'PIPE' | 'SEMICOLON' | 'SPACE' | 'TAB';
  readonly CSVHeaderLocation?: 'FIRST_ROW' | 'GIVEN';
  readonly CSVHeaders?: readonly string[];
  readonly ItemsPointer?: string;
  readonly MaxItems?: Dynamic<number>;
  readonly MaxItemsPath?: string;
}

/** At least one of the two maxima. */
export interface ItemBatcher {
  readonly BatchInput?: Template;
  readonly MaxItemsPerBatch?: Dynamic<number>;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: Dynamic<number>;
  readonly MaxInputBytesPerBatchPath?: string;
}

export interface ResultWriter {
  /** `arn:aws:states:::s3:putObject` */
  readonly Resource?: string;
  readonly WriterConfig?: WriterConfig;
  /** JSONPath */
  readonly Parameters?: Template;
  /** JSONata */
  readonly Arguments?: Template;
}

export interface WriterConfig {
  readonly OutputType: 'JSON' | 'JSONL';
  readonly Transformation?: 'NONE' | 'COMPACT' | 'FLATTEN';
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  /** 1 where absent */
  readonly IntervalSeconds?: number;
  /** 3 where absent; 0 never retries */
  readonly MaxAttempts?: number;
  /** 2.0 where absent */
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'NONE' | 'FULL';
  readonly Comment?: string;
}

export interface Catcher extends WithResultPath, WithAssign {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  /** JSONata */
  readonly Output?: Template;
  readonly Comment?: string;
}
