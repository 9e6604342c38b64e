/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

/* libFuzzer calls it before the first input; so does fuzz-main.c. */
int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);

  return 0;
}
