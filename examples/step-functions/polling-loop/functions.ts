/** A service whose jobs are done after some time; how far one is depends on how often it was asked, so that runs are alike. */
export default {
  'start-job': ({ table, pollSeconds }: { readonly table: string; readonly pollSeconds: number }) => ({
    job: `export-${table}`,
    pollSeconds,
  }),
  'job-status': ({ job, polls }: { readonly job: string; readonly polls: number }) => {
    if (job === 'export-broken' && polls > 0) return { status: 'FAILED' };
    return polls < 2 ? { status: 'RUNNING' } : { status: 'SUCCEEDED', rows: 4_200 };
  },
};
