/* What every fuzz target has: this function, which takes anything and comes back. A crash, a
 * critical warning of GLib, a sanitizer's complaint or a failed g_assert () is a find. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

G_END_DECLS
