/* The language of the user. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The first thing that a program does, before it makes any text. */
void chat_locale_init (void);
