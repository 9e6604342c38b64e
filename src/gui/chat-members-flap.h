/* Whether the members are shown, as the user prefers it, and as the width allows it. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

void chat_members_flap_follow (AdwFlap *flap, GSettings *settings);

G_END_DECLS
