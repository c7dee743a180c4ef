import { announce } from './announce.ts';
import { cached } from './cache.ts';
import { once, ServerUnavailableError } from './provision.ts';
import { onPath, runCommand } from './run-command.ts';

const CLI = '1.46.2';
const BOTO3 = '1.44.5';

/** Python with AWS's command line and library, installed by pip beside the servers of the tests. */
export interface AwsTools {
  /** Runs `aws` with these arguments; resolves with what it printed. */
  aws(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string>;
  /** Runs a text of Python that may import boto3. */
  python(text: string, environment: Readonly<Record<string, string>>): Promise<string>;
}

export const awsTools = once(async (): Promise<AwsTools> => {
  const python = onPath('python3');
  if (python === undefined)
    throw new ServerUnavailableError('No AWS CLI for the tests: no python3 on the PATH');
  const folder = await cached(
    `awscli-${CLI}-boto3-${BOTO3}`,
    `the AWS CLI ${CLI} and boto3 with pip`,
    async (partial) => {
      const options = ['--quiet', '--disable-pip-version-check', '--no-compile', '--target', partial];
      await runCommand(python, ['-m', 'pip', 'install', ...options, `awscli==${CLI}`, `boto3==${BOTO3}`]);
    },
  );
  const own = {
    PYTHONPATH: folder,
    PYTHONDONTWRITEBYTECODE: '1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return {
    aws: (args, environment) =>
      runCommand(python, ['-m', 'awscli', ...args], { env: { ...environment, ...own } }),
    python: (text, environment) => runCommand(python, ['-c', text], { env: { ...environment, ...own } }),
  };
});

/** Whether they can run here; where not, whoever runs the tests is told why. For `describe.skipIf`. */
export async function areAwsToolsHere(): Promise<boolean> {
  try {
    await awsTools('');
    return true;
  } catch (error) {
    announce(`tests that need the AWS CLI are left out: ${(error as Error).message}`);
    return false;
  }
}
