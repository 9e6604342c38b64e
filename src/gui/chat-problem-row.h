/* A row that says what is wrong with the row above it, and is not there while nothing is. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CHAT_TYPE_PROBLEM_ROW (chat_problem_row_get_type ())
G_DECLARE_FINAL_TYPE (ChatProblemRow, chat_problem_row, CHAT, PROBLEM_ROW, AdwPreferencesRow)

void chat_problem_row_set_text (ChatProblemRow *self, const char *text); /* nullable */
const char *chat_problem_row_get_text (ChatProblemRow *self);            /* nullable */

G_END_DECLS
