"""The truth of every chapter: one package a chapter, with prose, facts, questions, glossary and exercises."""
