/* A file for what is read by its name only. In memory, where there is such a place. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A folder of this process, removed at its end. */
const char *fuzz_get_folder (void);
/* Writes a file in it; returns its path. */
char *fuzz_write_file (const char *name, gconstpointer data, gsize size);

G_END_DECLS
