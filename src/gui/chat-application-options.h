/* What one may say on the command line, beside the files to open. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The hint of GApplication::open for rooms that are to be entered, and not only shown. */
#define CHAT_OPEN_HINT_CONNECT "connect"

void chat_application_install_options (GApplication *app);

G_END_DECLS
