/* A benchmark that cannot go on has no figures to save: it says why and ends. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void bench_fail (const char *format, ...) G_GNUC_NORETURN G_GNUC_PRINTF (1, 2);

G_END_DECLS
