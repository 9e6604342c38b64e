/* The program `conclave`, without its main (). */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

int chat_desktop_main (int argc, char **argv);
