/* SPDX-License-Identifier: MIT */
/* prompt_job: discador-job prompt add|say|render|install|list. */
#ifndef JOBS_PROMPT_JOB_H
#define JOBS_PROMPT_JOB_H

int prompt_job_main(int argc, char **argv);

#endif
